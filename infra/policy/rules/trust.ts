import { group, type Resource } from "../resource";
import { several, statementsOf } from "./statements";

/** Whether whoever takes the role shows a token of somebody else who says who people are, such as GitHub. */
const isByToken = (actions: unknown): boolean =>
  several(actions).some((action) => /^sts:(?:\*|AssumeRoleWithWebIdentity)$/i.test(String(action)));

/** Who may take a role whoever they are: everybody in AWS, or everybody who has a token. */
export const takenByAnybody = (role: Resource): string[] =>
  statementsOf(role.props["assumeRolePolicy"])
    .filter(({ Effect }) => Effect === "Allow")
    .flatMap(({ Action, Principal, Condition }) => {
      const { AWS, Federated } = group(Principal);
      const conditions = Object.values(group(Condition)).flatMap((test) => Object.keys(group(test)));
      const isAll = [Principal, ...several(AWS)].includes("*") && conditions.length === 0;
      // An audience says nothing: everybody there may name it.
      const isAnybody = isByToken(Action) && !conditions.some((key) => /:sub$/i.test(key));
      return [
        ...(isAll ? ["assumeRolePolicy lets everybody in AWS take the role; name who may"] : []),
        ...(isAnybody ? several(Federated) : []).map(
          (issuer) =>
            `assumeRolePolicy lets everybody at ${String(issuer).replace(/^.*:oidc-provider\//, "")} take the role; ask for a subject`,
        ),
      ];
    });
