// A date pasted into one of three fields fills all three. Nothing is rewritten while it is typed.
const DAY_FIRST = /^\s*(\d{1,2})\s*[-/.\s]\s*(\d{1,2})\s*[-/.\s]\s*(\d{4})\s*$/;
const YEAR_FIRST = /^\s*(\d{4})\s*[-/.]\s*(\d{1,2})\s*[-/.]\s*(\d{1,2})\s*$/;
const WORDS = /ngày\s*(\d{1,2})\s*tháng\s*(\d{1,2})\s*năm\s*(\d{4})/i;

export function parts(text: string): [string, string, string] | null {
  const day = DAY_FIRST.exec(text) ?? WORDS.exec(text.normalize("NFC"));
  if (day) return [day[1] ?? "", day[2] ?? "", day[3] ?? ""];
  const year = YEAR_FIRST.exec(text);
  return year ? [year[3] ?? "", year[2] ?? "", year[1] ?? ""] : null;
}

export function date(group: HTMLElement): void {
  const inputs = [...group.querySelectorAll("input")];
  group.addEventListener("paste", (event) => {
    const found = parts(event.clipboardData?.getData("text") ?? "");
    if (!found) return;
    event.preventDefault();
    inputs.forEach((input, place) => {
      input.value = found[place] ?? "";
      input.dispatchEvent(new Event("input", { bubbles: true }));
    });
    inputs[inputs.length - 1]?.focus();
  });
}
