import type { Exchange } from './exchange';
import { substituted } from './variables';

/**
 * Writes a request to the stage's access log, as far as the account's role for logs may; without permission the line is lost:
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-logging.html
 */
export function logAccess(exchange: Exchange): void {
  const { kernel, place, id } = exchange;
  const { accessLog } = place.stage;
  const { logRole } = place.gateway;
  if (!accessLog || logRole === undefined) return;
  const { account, region } = place;
  const stream = `arn:${kernel.world.partition}:logs:${region}:${account}:log-group:${accessLog.group}:log-stream:${place.api.id}`;
  const { allowed } = kernel.perform({
    principal: kernel.rolePrincipal(logRole, 'apigateway'),
    service: 'logs',
    operation: 'PutLogEvents',
    checks: ['CreateLogStream', 'PutLogEvents'].map((action) => ({ action: `logs:${action}`, resource: stream })),
    input: { logGroupName: accessLog.group },
    mutating: true,
  });
  if (!allowed) return;
  const line = substituted(exchange, accessLog.format, '-');
  const at = kernel.clock.now();
  kernel.lambda?.logs?.push({ at, account, region, functionName: place.api.name, logGroup: accessLog.group, requestId: id, line });
}
