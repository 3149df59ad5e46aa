// A select of many names becomes a search (ARIA 1.2 combobox); the select stays and is what the form sends.
export function fold(text: string): string {
  return text.normalize("NFD").replace(/[\u0300-\u036f]/g, "").replace(/đ/gi, "d").toLowerCase().trim();
}

interface Option {
  value: string;
  label: string;
  folded: string;
}

export function picker(group: HTMLElement): void {
  const found = group.querySelector("select");
  if (!found) return;
  const select = found;
  const options = [...select.options].filter((option) => option.value).map(read);
  const { input, list, status } = build(group, select);
  let shown: Option[] = [];
  let active = -1;

  function open(): void {
    const wanted = fold(input.value);
    shown = options.filter((option) => wanted.split(/\s+/).every((word) => option.folded.includes(word)));
    list.replaceChildren(...shown.map((option, place) => row(list.id, option, place)));
    list.hidden = shown.length === 0;
    input.setAttribute("aria-expanded", String(!list.hidden));
    status.textContent = shown.length
      ? (group.dataset["found"] ?? "").replace("%{count}", String(shown.length))
      : (group.dataset["none"] ?? "");
    mark(-1);
  }

  function close(): void {
    list.hidden = true;
    input.setAttribute("aria-expanded", "false");
    mark(-1);
  }

  function mark(place: number): void {
    active = place;
    [...list.children].forEach((item, at) => item.setAttribute("aria-selected", String(at === place)));
    const item = list.children[place];
    if (item) {
      input.setAttribute("aria-activedescendant", item.id);
      item.scrollIntoView({ block: "nearest" });
    } else input.removeAttribute("aria-activedescendant");
  }

  function choose(option: Option | undefined): void {
    if (!option) return;
    select.value = option.value;
    input.value = option.label;
    status.textContent = "";
    close();
    select.dispatchEvent(new Event("change", { bubbles: true }));
  }

  // What is typed counts only when it is a name; a half name sends nothing rather than an old choice.
  function settle(): void {
    const exact = options.find((option) => option.folded === fold(input.value));
    if (exact) choose(exact);
    else {
      select.value = "";
      close();
    }
  }

  input.addEventListener("input", open);
  input.addEventListener("click", open);
  input.addEventListener("blur", () => setTimeout(settle, 150));
  input.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (list.hidden) open();
      const step = event.key === "ArrowDown" ? 1 : -1;
      mark((active + step + shown.length) % Math.max(shown.length, 1));
    } else if (event.key === "Enter" && !list.hidden) {
      event.preventDefault();
      choose(shown[active] ?? (shown.length === 1 ? shown[0] : undefined));
    } else if (event.key === "Escape") close();
  });
  list.addEventListener("mousedown", (event) => {
    event.preventDefault();
    const item = (event.target as HTMLElement).closest("li");
    if (item) choose(shown[[...list.children].indexOf(item)]);
  });
}

function read(option: HTMLOptionElement): Option {
  return { value: option.value, label: option.text, folded: fold(option.text) };
}

function row(listId: string, option: Option, place: number): HTMLLIElement {
  const item = document.createElement("li");
  item.id = `${listId}-${place}`;
  item.className = "dt-picker__option";
  item.setAttribute("role", "option");
  item.textContent = option.label;
  return item;
}

function build(group: HTMLElement, select: HTMLSelectElement) {
  const input = document.createElement("input");
  const list = document.createElement("ul");
  const status = document.createElement("p");
  const id = select.id;
  select.id = `${id}-select`;
  select.hidden = true;
  select.tabIndex = -1;
  input.id = id;
  input.className = select.className.replace("govuk-select", "govuk-input") + " dt-picker__input";
  input.autocomplete = "off";
  input.spellcheck = false;
  input.value = select.value ? (select.selectedOptions[0]?.text ?? "") : "";
  list.id = `${id}-list`;
  list.className = "dt-picker__list";
  list.hidden = true;
  list.setAttribute("role", "listbox");
  const label = group.querySelector("label");
  if (label) {
    label.id ||= `${id}-label`;
    list.setAttribute("aria-labelledby", label.id);
  }
  const described = select.getAttribute("aria-describedby");
  if (described) input.setAttribute("aria-describedby", described);
  if (select.getAttribute("aria-invalid")) input.setAttribute("aria-invalid", "true");
  for (const [name, value] of Object.entries({
    role: "combobox", "aria-autocomplete": "list", "aria-controls": list.id, "aria-expanded": "false",
  })) input.setAttribute(name, value);
  status.className = "dt-picker__status";
  status.setAttribute("role", "status");
  const frame = document.createElement("div");
  frame.className = "dt-picker";
  frame.append(input, list);
  select.after(frame, status);
  return { input, list, status };
}
