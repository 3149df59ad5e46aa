// Attaches each behavior to the elements that ask for it. Every page works without any of them.
import { CharacterCount, Checkboxes, ErrorSummary, Radios } from "govuk-frontend";
import { autosave } from "./behaviors/autosave";
import { composing } from "./behaviors/composing";
import { date } from "./behaviors/date";
import { live } from "./behaviors/live";
import { menu } from "./behaviors/menu";
import { once } from "./behaviors/once";
import { picker } from "./behaviors/picker";
import { progress } from "./behaviors/progress";
import { upload } from "./behaviors/upload";
import { attachPasskey } from "./passkey";

function attach<Kind extends HTMLElement>(root: ParentNode, selector: string, behavior: (element: Kind) => unknown): void {
  root.querySelectorAll<Kind>(selector).forEach((element) => void behavior(element));
}

// `root` is the page, or a fragment that has just been put into it.
export function start(root: ParentNode = document): void {
  document.body.classList.add("js-enabled", "govuk-frontend-supported");
  attach(root, '[data-module="govuk-error-summary"]', (element) => new ErrorSummary(element));
  attach(root, '[data-module="govuk-character-count"]', (element) => new CharacterCount(element));
  attach(root, '[data-module="govuk-radios"]', (element) => new Radios(element));
  attach(root, '[data-module="govuk-checkboxes"]', (element) => new Checkboxes(element));
  attach(root, "form", composing);
  attach(root, 'form[method="post"]', once);
  attach(root, "form[data-progress]", progress);
  attach(root, "form[data-autosave]", autosave);
  attach(root, "[data-date]", date);
  attach(root, "[data-picker]", picker);
  attach(root, "[data-upload]", upload);
  live(root);
  attach(root, "[data-passkey]", attachPasskey);
  attach(root, "details[data-menu]", menu);
  root.querySelector<HTMLElement>("[data-focus]")?.focus();
}
