import { randomInt } from "node:crypto";
import { KEEPERS, type RandomType } from "./type";

const ADVERBS =
  "barely boldly briefly calmly clearly eagerly evenly fairly firmly freely gently gladly kindly largely lightly mainly neatly nicely openly partly plainly quickly quietly rarely really safely simply slowly smoothly surely".split(
    " ",
  );
const ADJECTIVES =
  "able amber brave bright calm clever cosmic crisp eager early fair fancy fast fresh gentle glad golden grand happy humble keen kind lively lucky mellow merry mighty neat noble patient polite prime proud quick quiet rapid ready sharp smart steady sunny swift tidy upright vivid warm witty".split(
    " ",
  );
const ANIMALS =
  "ant badger bat bear beetle bison bobcat buck camel cat cod colt crab crane crow deer dingo dog dove duck eagle eel elk emu falcon ferret finch fox frog gecko goat goose gull hare hawk heron horse ibis jay kite koala lamb lark lion llama lynx marten mole moose moth mule newt otter owl panda pika pony puma quail ram raven robin seal shark skunk snail swan tiger toad trout viper vole wasp whale wolf wren yak zebra".split(
    " ",
  );

/** `RandomPet`: adverbs, an adjective and an animal, as many words as `length` says. The name is the id. */
export const randomPet: RandomType = {
  properties: {
    length: { kind: "integer" },
    prefix: { kind: "string" },
    separator: { kind: "string" },
    ...KEEPERS,
  },
  results: ["id"],
  plan: (inputs) => ({ length: 2, separator: "-", ...inputs }),
  draw: (inputs) => {
    const length = inputs["length"] as number;
    const words = [...Array.from({ length: Math.max(0, length - 2) }, () => ADVERBS), ...(length > 1 ? [ADJECTIVES] : []), ANIMALS].map(
      pick,
    );
    const prefix = inputs["prefix"];
    const id = [...(typeof prefix === "string" && prefix !== "" ? [prefix] : []), ...words].join(inputs["separator"] as string);
    return { id, results: { id } };
  },
};
function pick(words: string[]): string {
  return words[randomInt(words.length)] as string;
}
