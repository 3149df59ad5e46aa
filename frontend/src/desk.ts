import "./styles/desk.scss";
import { start } from "./start";

start();
