// The mock OData V2 server of the tests: two services from a folder of metadata and data, on a free port.
// Arguments: the folder with node_modules, the folder of the services. Prints the port.
import { createRequire } from "node:module";
import { createServer } from "node:http";
import { join } from "node:path";

const FEMockserver = createRequire(join(process.argv[2], "index.js"))("@sap-ux/fe-mockserver-core").default;
const here = process.argv[3];
const service = (name, folder) => ({
  urlPath: `/sap/opu/odata/sap/${name}`,
  metadataPath: join(here, folder, "metadata.xml"),
  mockdataPath: join(here, folder),
  noETag: true,
  watch: false,
});
const mock = new FEMockserver({
  services: [service("API_BILL_OF_MATERIAL_SRV;v=0002", "boms"), service("API_PRODUCT_SRV", "products")],
});
await mock.isReady;
const router = mock.getRouter();
const server = createServer((request, response) => {
  router(request, response, () => { response.statusCode = 404; response.end(); });
});
server.listen(0, "127.0.0.1", () => console.log(server.address().port));
