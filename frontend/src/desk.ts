import "./styles/desk.scss";
import { keys } from "./behaviors/keys";
import { start } from "./start";

start();
document.querySelectorAll<HTMLDialogElement>("dialog[data-keys]").forEach(keys);
