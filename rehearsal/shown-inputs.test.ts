import { UNKNOWN } from "./engine";
import { shownInputs } from "./shown-inputs";

test("without notes, and with words for what is not known", () => {
  const inputs = {
    __defaults: ["start"],
    start: true,
    labels: [{ __defaults: [], label: "id", value: UNKNOWN }],
    stdin: `{"id": "${UNKNOWN}"}`,
    connection: null,
  };
  expect(shownInputs(inputs)).toEqual({
    start: true,
    labels: [{ label: "id", value: "(not known yet)" }],
    stdin: '{"id": "(not known yet)"}',
    connection: null,
  });
});
