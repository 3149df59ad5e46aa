// govuk-frontend ships no types; only what is used here is named.
declare module "govuk-frontend" {
  type Behavior = new (root: Element) => unknown;
  export const CharacterCount: Behavior;
  export const Checkboxes: Behavior;
  export const ErrorSummary: Behavior;
  export const Radios: Behavior;
}
