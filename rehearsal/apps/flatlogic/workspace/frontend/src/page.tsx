import { useEffect, useState } from "react";

/** As the guide says: the API by a relative path, so that it is of the same origin. */
const BASE = "/api";

export function Page() {
  const [version, setVersion] = useState("…");
  useEffect(() => {
    void fetch(`${BASE}/version`)
      .then((answer) => answer.json())
      .then((answer: { version: string }) => setVersion(answer.version));
  }, []);
  return <h1>API: {version}</h1>;
}
