import type { Operations } from '../service';
import { gatewayOf, may, pageOf, type Shapes } from './lookup';

/** REST APIs, for operators. */
export const restApis: Operations<Shapes> = {
  GetRestApis: {
    reads: true,
    checks: (_, call) => may('GET')('/restapis', call),
    handle(input, call) {
      const { items, position } = pageOf(gatewayOf(call).apis.values(), input);
      return {
        items: items.map(({ id, name, description, created, definition, endpoint, reachable, rootId }) => ({
          id,
          name,
          description,
          createdDate: created,
          apiKeySource: definition.keySource,
          endpointConfiguration: { types: [endpoint] },
          disableExecuteApiEndpoint: !reachable,
          rootResourceId: rootId,
        })),
        position,
      };
    },
  },
};
