// Attaches each behavior to the elements that ask for it. Every page works without any of them.
import { attachPasskey } from "./passkey";
import { CharacterCount, Checkboxes, ErrorSummary, Radios } from "govuk-frontend";

type Attach = (element: HTMLElement) => void;

const behaviors: Record<string, Attach> = {
  '[data-module="govuk-error-summary"]': (element) => void new ErrorSummary(element),
  '[data-module="govuk-character-count"]': (element) => void new CharacterCount(element),
  '[data-module="govuk-radios"]': (element) => void new Radios(element),
  '[data-module="govuk-checkboxes"]': (element) => void new Checkboxes(element),
  "[data-passkey]": attachPasskey,
};

export function start(): void {
  document.body.classList.add("js-enabled");
  if ("noModule" in HTMLScriptElement.prototype) document.body.classList.add("govuk-frontend-supported");
  for (const [selector, attach] of Object.entries(behaviors)) {
    document.querySelectorAll<HTMLElement>(selector).forEach(attach);
  }
}
