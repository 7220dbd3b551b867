import { PublicCertificate } from "./public-certificate";
import { inputsOf, PLACE, recorded } from "./testing/tier";

const made = (names: string[], zone = "Z0123456789ABCDEFGHIJ") =>
  recorded(() => new PublicCertificate("certificate", { place: PLACE, names, zone }));

it("proves each name by a record that stays, and is known when it is issued", async () => {
  const found = await made(["a.example.com", "b.example.com"]);
  expect(inputsOf(found, "acm/certificate:Certificate")).toMatchObject({
    domainName: "a.example.com",
    subjectAlternativeNames: ["b.example.com"],
    validationMethod: "DNS",
  });
  const proof = { type: "CNAME", ttl: 300, zoneId: "Z0123456789ABCDEFGHIJ" };
  for (const name of ["a", "b"])
    expect(inputsOf(found, "route53/record:Record", `certificate-proof-${name}.example.com`)).toMatchObject({
      ...proof,
      name: `_proof.${name}.example.com.`,
      // Another certificate of the same name asks for the same record.
      allowOverwrite: true,
    });
  expect(inputsOf(found, "acm/certificateValidation:CertificateValidation")).toEqual({
    certificateArn: "arn:made-up:Certificate:certificate-certificate",
    validationRecordFqdns: ["_proof.a.example.com.", "_proof.b.example.com."],
  });
});

it("refuses names that are none or there twice, and a zone that is none, all at once", async () => {
  await expect(made(["a.example.com", "not a name", "a.example.com"], "example.com")).rejects.toThrow(
    /names\[1\]: .*\ncertificate\/names\[2\]: is there twice; got "a.example.com"\ncertificate\/zone: must be the id of a public hosted zone/,
  );
});
