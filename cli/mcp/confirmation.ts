import { createHash, randomBytes } from 'node:crypto';
import {
  CLIENT_CAPABILITIES_META_KEY,
  createRequestStateCodec,
  inputRequired,
  inputResponse,
  type ClientCapabilities,
  type InputRequiredResult,
  type McpServer,
  type ServerContext,
} from '@modelcontextprotocol/server';
import type { Approvals } from './approvals/approvals';
import { APPROVAL_MS, type WaitingChange } from './approvals/waiting-change';

/** Where a client's answer is. */
const ANSWER = 'confirm';
/** A yes has to be given: it is no default, and closing the form is none. */
const FORM = {
  type: 'object' as const,
  properties: { [ANSWER]: { type: 'boolean' as const, title: 'Do it', description: 'Nothing is changed unless you say yes here.' } },
  required: [ANSWER],
};

/** What a question was about; signed, since it comes back from the client. */
interface Question {
  /** Of what the person was shown. */
  digest: string;
  id: string;
}

/** What came of asking a person. */
export type Verdict =
  | { is: 'yes' }
  | { is: 'no' }
  /** The client is to ask. */
  | { is: 'ask'; result: InputRequiredResult }
  /** The client cannot ask; a person has to come to a terminal. */
  | { is: 'waiting'; change: WaitingChange };

const digestOf = (what: readonly string[]): string => createHash('sha256').update(what.join('\n')).digest('hex');

/** Asks a person about each change, through the client where that can ask, else in a terminal. What a model says counts for nothing. */
export class Confirmation {
  private readonly codec = createRequestStateCodec<Question>({ key: randomBytes(32), ttlSeconds: APPROVAL_MS / 1_000 });
  private readonly answered = new Set<string>();

  constructor(private readonly approvals: Approvals) {}

  /** Refuses a question that is not one of ours, or that is too old, before a tool sees it. */
  readonly verify = (state: string, context: ServerContext): Promise<Question> => this.codec.verify(state, context);

  /** Whether a person wants what would be done now; each answer counts once, and only for what it was given about. */
  async of(what: readonly string[], server: McpServer, context: ServerContext): Promise<Verdict> {
    if (!canAsk(server, context)) return this.ofTerminal(what);
    const question = context.mcpReq.requestState<Question>();
    const answer = inputResponse(context.mcpReq.inputResponses, ANSWER);
    if (question === undefined || answer.kind !== 'elicit') return this.ask(what);
    if (this.answered.has(question.id)) return this.ask(['This was answered already. Once more:', ...what], what);
    this.answered.add(question.id);
    if (answer.action !== 'accept' || answer.content?.[ANSWER] !== true) return { is: 'no' };
    if (question.digest !== digestOf(what)) return this.ask(['What would be done has changed meanwhile. It is now:', ...what], what);
    return { is: 'yes' };
  }

  private ofTerminal(what: readonly string[]): Verdict {
    const answer = this.approvals.answerTo(what);
    if (answer === 'approved') return { is: 'yes' };
    return answer === 'refused' ? { is: 'no' } : { is: 'waiting', change: this.approvals.ask(what) };
  }

  private async ask(shown: readonly string[], what = shown): Promise<Verdict> {
    const requestState = await this.codec.mint({ digest: digestOf(what), id: randomBytes(8).toString('hex') });
    const form = inputRequired.elicit({ message: shown.join('\n'), requestedSchema: FORM });
    return { is: 'ask', result: inputRequired({ inputRequests: { [ANSWER]: form }, requestState }) };
  }
}

function canAsk(server: McpServer, { mcpReq }: ServerContext): boolean {
  const envelope = mcpReq.envelope as { [CLIENT_CAPABILITIES_META_KEY]?: ClientCapabilities } | undefined;
  const capabilities =
    envelope?.[CLIENT_CAPABILITIES_META_KEY] ??
    // Clients of before 2026 say it once, when they connect, and nothing else tells.
    // eslint-disable-next-line @typescript-eslint/no-deprecated
    server.server.getClientCapabilities();
  const { elicitation } = capabilities ?? {};
  // One that says nothing about forms has them.
  return elicitation !== undefined && (elicitation.form !== undefined || elicitation.url === undefined);
}
