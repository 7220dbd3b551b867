import { createRoot } from "react-dom/client";
import { Page } from "./page.jsx";
import "./page.css";

createRoot(document.getElementById("root")).render(<Page />);
