import { parseArn } from '../kernel/arn';
import type { Kernel } from '../kernel/kernel';
import type { Principal } from '../kernel/world';

/** Sends a message for a service that acts as a role; answers why it could not, or undefined once the message is in the queue. */
export function sendToQueue(kernel: Kernel, principal: Principal, queueArn: string, body: string, invocation?: string): string | undefined {
  const parsed = parseArn(queueArn);
  const queue = parsed && kernel.world.accounts.get(parsed.account)?.queues.get(`${parsed.region}/${parsed.resource}`);
  if (!queue) return `the queue ${queueArn} does not exist`;
  const { allowed, message } = kernel.perform({
    principal,
    service: 'sqs',
    operation: 'SendMessage',
    checks: [{ action: 'sqs:SendMessage', resource: queueArn }],
    input: { QueueUrl: queue.url },
    mutating: true,
    ...(invocation === undefined ? {} : { invocation }),
  });
  if (!allowed) return message;
  queue.messages.push({ at: kernel.clock.now(), body });
  return undefined;
}
