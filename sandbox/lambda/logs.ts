import { parseArn } from '../kernel/arn';
import type { LogLine } from '../kernel/contracts';
import type { Kernel } from '../kernel/kernel';
import type { LambdaFunction } from '../kernel/world';
import type { Output } from './execution';

/** Everything functions wrote, as far as their roles may write it. */
export class FunctionLogs {
  readonly lines: LogLine[] = [];

  constructor(private readonly kernel: Kernel) {}

  /**
   * Writes an invocation's output to the function's log group; without permission the lines are lost, as on AWS, and the call log holds the
   * denial.
   */
  write(fn: LambdaFunction, requestId: string, logStream: string, output: readonly Output[]): void {
    const account = parseArn(fn.arn)?.account ?? '';
    const logGroup = fn.logGroup ?? `/aws/lambda/${fn.name}`;
    if (!this.ensureGroup(fn, account, logGroup, requestId)) return;
    const stream = `${groupArn(fn, account, logGroup)}:log-stream:${logStream}`;
    // Asked every time, not once per process, so that each world is judged by its own policies.
    const { allowed } = this.kernel.perform({
      principal: this.kernel.rolePrincipal(fn.role, fn.name),
      service: 'logs',
      operation: 'PutLogEvents',
      checks: [
        { action: 'logs:CreateLogStream', resource: stream },
        { action: 'logs:PutLogEvents', resource: stream },
      ],
      input: { logGroupName: logGroup, logStreamName: logStream },
      mutating: true,
      invocation: requestId,
    });
    if (!allowed) return;
    for (const { at, line } of linesOf(output)) {
      this.lines.push({ at, account, region: fn.region, functionName: fn.name, logGroup, requestId, line });
    }
  }

  private ensureGroup(fn: LambdaFunction, account: string, logGroup: string, requestId: string): boolean {
    const { logGroups } = this.kernel.account(account);
    if (logGroups.has(`${fn.region}/${logGroup}`)) return true;
    const resource = groupArn(fn, account, logGroup);
    const { allowed } = this.kernel.perform({
      principal: this.kernel.rolePrincipal(fn.role, fn.name),
      service: 'logs',
      operation: 'CreateLogGroup',
      checks: [{ action: 'logs:CreateLogGroup', resource }],
      input: { logGroupName: logGroup },
      mutating: true,
      invocation: requestId,
    });
    if (allowed) logGroups.set(`${fn.region}/${logGroup}`, { name: logGroup, arn: `${resource}:*` });
    return allowed;
  }
}

const groupArn = (fn: LambdaFunction, account: string, logGroup: string): string =>
  `arn:${parseArn(fn.arn)?.partition ?? 'aws'}:logs:${fn.region}:${account}:log-group:${logGroup}`;

/** Joins what was written in pieces and splits it into lines; a line has the time of its first piece. */
function linesOf(output: readonly Output[]): { at: Date; line: string }[] {
  const lines: { at: Date; line: string }[] = [];
  let open = false;
  for (const { at, text } of output) {
    for (const [index, piece] of text.split('\n').entries()) {
      const last = lines.at(-1);
      if (index === 0 && open && last) last.line += piece;
      else lines.push({ at, line: piece });
    }
    open = !text.endsWith('\n');
    if (!open) lines.pop();
  }
  return lines.filter(({ line }) => line !== '');
}
