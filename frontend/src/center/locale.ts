// How days and figures are written here, as the server does: the day before the month in English too.
export const LOCALE = document.documentElement.lang === "en" ? "en-GB" : "vi-VN";
