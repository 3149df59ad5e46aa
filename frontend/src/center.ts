import "./styles/center.scss";
import { start } from "./start";
import { screen } from "./center/screen";

start();
document.querySelectorAll<HTMLElement>("[data-screen]").forEach((element) => void screen(element));
