// Vietnamese is typed through input methods: the Enter that ends a composition sends no form.
export function composing(form: HTMLFormElement): void {
  let open = false;
  form.addEventListener("compositionstart", () => (open = true));
  form.addEventListener("compositionend", () => setTimeout(() => (open = false), 0));
  form.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.isComposing || open || event.keyCode === 229)) {
      if (!(event.target instanceof HTMLTextAreaElement)) event.preventDefault();
    }
  });
}
