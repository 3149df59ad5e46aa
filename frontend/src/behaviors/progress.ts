// Sends a form with files while showing how far it is; where sending fails, the same button tries again.
export function progress(form: HTMLFormElement): void {
  form.addEventListener("submit", (event) => {
    const inputs = [...form.querySelectorAll<HTMLInputElement>('input[type="file"]')];
    if (event.defaultPrevented || !inputs.some((input) => input.files?.length)) return;
    event.preventDefault();
    send(form, event.submitter);
  });
}

function send(form: HTMLFormElement, submitter: HTMLElement | null): void {
  const body = new FormData(form);
  if (submitter instanceof HTMLButtonElement && submitter.name) body.append(submitter.name, submitter.value);
  const { bar, text } = display(form);
  const request = new XMLHttpRequest();
  request.open("POST", form.getAttribute("action") || location.href);
  request.upload.addEventListener("progress", (event) => {
    if (!event.lengthComputable) return;
    bar.max = event.total;
    bar.value = event.loaded;
  });
  request.addEventListener("load", () => {
    if (request.status >= 500) return failed(form, text);
    // The answer is the page that a plain sending of the form would have shown.
    if (request.responseURL && request.responseURL !== location.href) location.assign(request.responseURL);
    else {
      document.open();
      document.write(request.responseText);
      document.close();
    }
  });
  request.addEventListener("error", () => failed(form, text));
  request.send(body);
}

function display(form: HTMLFormElement): { bar: HTMLProgressElement; text: HTMLElement } {
  form.querySelector("[data-sending]")?.remove();
  const frame = document.createElement("div");
  const bar = document.createElement("progress");
  const text = document.createElement("p");
  frame.dataset["sending"] = "";
  frame.className = "dt-sending";
  bar.max = 1;
  bar.setAttribute("aria-label", form.dataset["sendingText"] ?? "");
  text.setAttribute("role", "status");
  text.textContent = form.dataset["sendingText"] ?? "";
  frame.append(bar, text);
  form.append(frame);
  return { bar, text };
}

function failed(form: HTMLFormElement, text: HTMLElement): void {
  text.className = "govuk-error-message";
  text.textContent = form.dataset["failedText"] ?? "";
  form.dispatchEvent(new Event("unsent"));
}
