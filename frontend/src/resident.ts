import "./styles/resident.scss";
import { start } from "./start";

start();
