import type {
  CallToolResult,
  InputRequiredResult,
  McpServer,
  ServerContext,
  ToolAnnotations,
  ToolCallback,
} from '@modelcontextprotocol/server';
import { z } from 'zod';
import { RotationError } from '../../lambda/shared/errors';
import type { Access } from '../base/options';
import { nextStep } from '../base/next-step';
import { explained } from '../base/program';
import type { Session } from '../keys/session';
import type { WaitingChange } from './approvals/waiting-change';
import type { Service } from './service';

/** How a tool is described to a client. */
interface Description<I extends z.ZodObject> {
  name: string;
  title: string;
  description: string;
  input: I;
  /** What an error begins with. */
  failure: string;
}

/** A tool that looks, and changes nothing. */
interface ReadingTool<I extends z.ZodObject, O extends z.ZodObject> extends Description<I> {
  output: O;
  annotations?: Pick<ToolAnnotations, 'openWorldHint'>;
  work: (input: z.infer<I>, service: Service) => Promise<z.infer<O>>;
}

/** What a change came to. */
export interface Done {
  message: string;
  access_key_id?: string;
  stored_in?: string;
}

/** A change as it would be done now, in words for a person, or why there is nothing to do. */
export type Change = { unchanged: string } | { what: readonly string[]; carryOut: () => Promise<Done> };

/** A tool that changes something, once a person has said yes. */
interface ChangingTool<I extends z.ZodObject> extends Description<I> {
  annotations: Pick<ToolAnnotations, 'destructiveHint' | 'idempotentHint'>;
  /** Looks, and changes nothing; throws where the change must not be. */
  plan: (input: z.infer<I>, session: Session, service: Service, access: Access) => Promise<Change>;
}

/** Puts a tool into a server. */
export type Tool = (server: McpServer, service: Service) => void;

/** What every tool that changes something answers. */
const changed = z.object({
  outcome: z
    .enum(['done', 'unchanged', 'waiting_for_approval'])
    .describe('waiting_for_approval: nothing was changed yet; when a person has approved, call the tool again with the same arguments'),
  message: z.string(),
  access_key_id: z.string().optional(),
  stored_in: z.string().optional().describe("where a new key's secret is; no tool shows it"),
  approval: z.object({ id: z.string(), command: z.string(), expires_at: z.string() }).optional(),
});
type Changed = z.infer<typeof changed>;

const answer = (content: Record<string, unknown>): CallToolResult => ({
  content: [{ type: 'text', text: JSON.stringify(content) }],
  structuredContent: content,
});

async function failed(failure: string, thrown: unknown, profile: string | undefined): Promise<CallToolResult> {
  const next = await nextStep(thrown, { ...process.env, ...(profile !== undefined && { AWS_PROFILE: profile }) });
  const text = `${failure}: ${explained(thrown)}${next === undefined ? '' : `\n→ ${next}`}`;
  return { content: [{ type: 'text', text }], isError: true };
}

const profileOf = (input: Record<string, unknown>): string | undefined =>
  typeof input['profile'] === 'string' ? input['profile'] : undefined;

/** A tool that looks. */
export const reading =
  <I extends z.ZodObject, O extends z.ZodObject>(tool: ReadingTool<I, O>): Tool =>
  (server, service) => {
    const { name, title, description, input: inputSchema, output: outputSchema, failure, work, annotations } = tool;
    const hints = { readOnlyHint: true, openWorldHint: true, ...annotations };
    const look = async (input: z.infer<I>): Promise<CallToolResult> => {
      try {
        return answer(await work(input, service));
      } catch (thrown) {
        return failed(failure, thrown, profileOf(input));
      }
    };
    server.registerTool(name, { title, description, inputSchema, outputSchema, annotations: hints }, look as ToolCallback<I>);
  };

/** A tool that changes something: refused unless changes are allowed, and then done once a person has said yes to what it would do now. */
export const changing =
  <I extends z.ZodObject>(tool: ChangingTool<I>): Tool =>
  (server, service) => {
    const { name, title, description, input: inputSchema, failure, annotations } = tool;
    const hints = { readOnlyHint: false, openWorldHint: true, ...annotations };
    const work = async (input: z.infer<I>, context: ServerContext): Promise<CallToolResult | InputRequiredResult> => {
      try {
        if (!service.allowChanges) throw new RotationError(READ_ONLY);
        return await service.inTurn(() => change(tool, input, service, server, context));
      } catch (thrown) {
        return failed(failure, thrown, profileOf(input));
      }
    };
    const shown = { title, description: `${description} ${CONFIRMED}`, inputSchema, outputSchema: changed, annotations: hints };
    server.registerTool(name, shown, work as ToolCallback<I>);
  };

const READ_ONLY =
  'this server was started read-only; the person who runs it can start it with --allow-changes, or do it themselves with iam-keys in a terminal';
const CONFIRMED = 'A person confirms it first; nothing that you say stands for that.';

function change<I extends z.ZodObject>(
  { plan }: ChangingTool<I>,
  input: z.infer<I>,
  service: Service,
  server: McpServer,
  context: ServerContext,
): Promise<CallToolResult | InputRequiredResult> {
  return service.withSession(profileOf(input), async (session, access) => {
    const planned = await plan(input, session, service, access);
    if ('unchanged' in planned) return answer({ outcome: 'unchanged', message: planned.unchanged } satisfies Changed);
    const verdict = await service.confirmation.of(planned.what, server, context);
    switch (verdict.is) {
      case 'ask':
        return verdict.result;
      case 'no':
        throw new RotationError('the person who was asked said no, and nothing was changed; do not ask again unless they want it');
      case 'waiting':
        return answer(waiting(verdict.change));
      case 'yes':
        return answer({ outcome: 'done', ...(await planned.carryOut()) } satisfies Changed);
    }
  });
}

function waiting({ id, expiresAt }: WaitingChange): Changed {
  const command = `iam-keys approve ${id}`;
  const message = `Nothing was changed yet: this client cannot ask a person. Ask yours to run "${command}" in a terminal until ${expiresAt}, and, when they have, call this tool again with the same arguments.`;
  return { outcome: 'waiting_for_approval', message, approval: { id, command, expires_at: expiresAt } };
}
