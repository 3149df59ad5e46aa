// Shows what was chosen before it is sent, and says at once when it is too large or of a wrong kind.
export function upload(group: HTMLElement): void {
  const input = group.querySelector<HTMLInputElement>('input[type="file"]');
  const preview = group.querySelector<HTMLElement>("[data-preview]");
  if (!input || !preview) return;
  let shown = "";
  input.addEventListener("change", () => {
    if (shown) URL.revokeObjectURL(shown);
    shown = "";
    const file = input.files?.[0];
    preview.hidden = !file;
    preview.replaceChildren();
    if (!file) return;
    const fault = wrong(group, input, file);
    input.toggleAttribute("aria-invalid", Boolean(fault));
    if (!fault && file.type.startsWith("image/")) {
      shown = URL.createObjectURL(file);
      const image = document.createElement("img");
      image.src = shown;
      image.alt = "";
      preview.append(image);
    }
    const text = document.createElement("p");
    text.setAttribute("role", "status");
    text.className = fault ? "govuk-error-message" : "dt-file__facts";
    text.textContent = fault ?? `${file.name}, ${size(file.size)}`;
    preview.append(text);
  });
}

function wrong(group: HTMLElement, input: HTMLInputElement, file: File): string | null {
  const limit = Number(group.dataset["maxBytes"] ?? 0);
  if (limit && file.size > limit) return group.dataset["tooLarge"] ?? null;
  const kinds = input.accept.split(",").map((kind) => kind.trim().toLowerCase()).filter(Boolean);
  const name = file.name.toLowerCase();
  const fits = kinds.some((kind) => (kind.startsWith(".") ? name.endsWith(kind) : file.type === kind));
  return kinds.length && !fits ? (group.dataset["wrongKind"] ?? null) : null;
}

export function size(bytes: number): string {
  const locale = document.documentElement.lang || "vi";
  const [value, unit] = bytes < 1024 * 1024 ? [bytes / 1024, "KB"] : [bytes / 1024 / 1024, "MB"];
  return `${new Intl.NumberFormat(locale, { maximumFractionDigits: 1 }).format(value)} ${unit}`;
}
