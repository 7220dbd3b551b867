import { join } from "node:path";
import * as ts from "typescript";

const CONTRACT = join(__dirname, "../../contract.ts");

/** The types of `flowfleet/outputs`: those of the contract as their readers see them, whole and without imports of the program. */
export function declarationText(): string {
  const program = ts.createProgram([CONTRACT], {
    strict: true,
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.Preserve,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    esModuleInterop: true,
    skipLibCheck: true,
    types: ["node"],
    noEmit: true,
  });
  const checker = program.getTypeChecker();
  const source = program.getSourceFile(CONTRACT);
  const contract = source && checker.getSymbolAtLocation(source);
  const root = contract && checker.getExportsOfModule(contract).find(({ name }) => name === "StackOutputs");
  if (!root) throw new Error("contract.ts has no StackOutputs");
  return `${HEAD}\nexport interface StackOutputs ${new Printer(checker).type(checker.getDeclaredTypeOfSymbol(root), "")}\n${TAIL}`;
}

class Printer {
  constructor(readonly checker: ts.TypeChecker) {}

  /** What a reader gets where the program has a value that may be to come. */
  type(type: ts.Type, indent: string): string {
    const { checker } = this;
    const known = this.known(type);
    if (known) return this.type(known, indent);
    if (type.isUnion()) {
      const parts = type.types.filter(({ flags }) => (flags & ts.TypeFlags.Undefined) === 0).map((part) => this.type(part, indent));
      return [...new Set(parts)].join(" | ").replace("false | true", "boolean");
    }
    if (type.flags & ts.TypeFlags.TemplateLiteral) return "string";
    if (checker.isArrayType(type)) {
      const [element] = checker.getTypeArguments(type as ts.TypeReference);
      return `readonly ${element ? this.type(element, indent) : "unknown"}[]`;
    }
    if (type.flags & ts.TypeFlags.Object || type.isIntersection()) return this.object(type, indent);
    return checker.typeToString(type);
  }

  /** Of a value that may be to come: Pulumi's Output is an intersection of which one part says of what. */
  private known(type: ts.Type): ts.Type | undefined {
    const parts = type.isIntersection() ? type.types : [type];
    const output = parts.find(({ symbol }) => (symbol as ts.Symbol | undefined)?.name === "OutputInstance");
    return output && this.checker.getTypeArguments(output as ts.TypeReference)[0];
  }

  private object(type: ts.Type, indent: string): string {
    const inner = `${indent}  `;
    const index = this.checker.getIndexTypeOfType(type, ts.IndexKind.String);
    const members = this.checker.getPropertiesOfType(type).map((property) => {
      const of = this.type(this.checker.getTypeOfSymbol(property), inner);
      const isOptional = (property.flags & ts.SymbolFlags.Optional) !== 0;
      const name = /^[A-Za-z_$][\w$]*$/.test(property.name) ? property.name : JSON.stringify(property.name);
      return `${this.comment(property, inner)}${inner}readonly ${name}${isOptional ? "?" : ""}: ${of};\n`;
    });
    const others = index ? `${inner}readonly [name: string]: ${this.type(index, inner)};\n` : "";
    return `{\n${members.join("")}${others}${indent}}`;
  }

  private comment(property: ts.Symbol, indent: string): string {
    const text = ts.displayPartsToString(property.getDocumentationComment(this.checker)).replace(/\s+/g, " ").trim();
    return text === "" ? "" : `${indent}/** ${text} */\n`;
  }
}

const HEAD = `// Made from infra/outputs/contract.ts: UPDATE_READER=1 npx jest infra/outputs/reader --selectProjects integration
import type { Output, StackReference } from "@pulumi/pulumi";

/** What a stack tells applications and pipelines. */`;

const TAIL = `
/** An output that a stack may have. */
export type OutputName = keyof StackOutputs;

export declare const outputs: {
  /**
   * The outputs in a file that \`flowfleet outputs --format json\` or \`pulumi stack output --json\` wrote. \`get\` throws where the stack has
   * no such output.
   *
   * @example outputs.fromFile("outputs.json").get("flowmaster").apiUrl
   */
  fromFile(file: string): StackOutputs & { get<Name extends OutputName>(name: Name): NonNullable<StackOutputs[Name]> };
  /**
   * The outputs of a stack, in another Pulumi program. \`get\` fails the update where the stack has no such output.
   *
   * @example outputs.fromStack(new pulumi.StackReference("acme/flowfleet/prod")).get("flowmaster").apply(({ host }) => host)
   */
  fromStack(reference: Pick<StackReference, "getOutput">): { get<Name extends OutputName>(name: Name): Output<NonNullable<StackOutputs[Name]>> };
};
`;
