import { describe, expect, it } from "vitest";
import { shortProducer } from "./producers";

describe("a producer's name fits in a table", () => {
  it.each([
    ["https://github.com/OpenLineage/OpenLineage/tree/1.23.0/integration/spark", "OpenLineage spark 1.23.0"],
    ["https://github.com/apache/airflow/tree/providers-openlineage/1.14.0", "apache providers-openlineage 1.14.0"],
    ["https://github.com/OpenLineage/OpenLineage/blob/v1-0-0/client", "OpenLineage v1-0-0"],
    ["https://example.org", "example.org"],
    ["urn:shop", "urn:shop"],
    ["no address", "no address"],
  ])("%s", (address, short) => {
    expect(shortProducer(address)).toBe(short);
  });
});
