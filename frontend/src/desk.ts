import "./styles/desk.scss";
import { again } from "./behaviors/again";
import { keys } from "./behaviors/keys";
import { start } from "./start";

start();
document.querySelectorAll<HTMLDialogElement>("dialog[data-keys]").forEach(keys);
document.querySelectorAll<HTMLElement>("[data-again]").forEach(again);
