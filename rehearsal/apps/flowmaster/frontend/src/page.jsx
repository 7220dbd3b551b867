import { useEffect, useState } from "react";

const VERSION = import.meta.env.VITE_VERSION;

/** What a person wants to see after a rehearsal: that page, API and WebSocket are there, and which versions. */
export function Page() {
  const backend = useAnswer("/api/version", (answer) => answer.version);
  const health = useAnswer("/api/health", (answer) => answer.status);
  const socket = useSocketEcho();
  return (
    <main>
      <h1>FlowMaster</h1>
      <p>This is a stand-in: it has the real one&apos;s paths and ports, none of its features.</p>
      <dl>
        <dt>Frontend</dt>
        <dd id="frontend-version">{VERSION}</dd>
        <dt>Backend</dt>
        <dd id="backend-version">{backend}</dd>
        <dt>Health</dt>
        <dd id="health">{health}</dd>
        <dt>WebSocket</dt>
        <dd id="socket">{socket}</dd>
        <dt>Route</dt>
        <dd id="route">{window.location.pathname}</dd>
      </dl>
    </main>
  );
}

function useAnswer(path, pick) {
  const [text, setText] = useState("…");
  useEffect(() => {
    fetch(path)
      .then((answer) => answer.json())
      .then((answer) => setText(pick(answer)))
      .catch((error) => setText(`no answer: ${error.message}`));
  }, [path]);
  return text;
}

function useSocketEcho() {
  const [text, setText] = useState("…");
  useEffect(() => {
    const { protocol, host } = window.location;
    const socket = new WebSocket(`${protocol === "https:" ? "wss:" : "ws:"}//${host}/ws/echo`);
    socket.onopen = () => socket.send("echo");
    socket.onmessage = ({ data }) => setText(data);
    socket.onerror = () => setText("no connection");
    return () => socket.close();
  }, []);
  return text;
}
