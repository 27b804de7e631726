import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CLIENT_CAPABILITIES_META_KEY, McpServer, type ClientCapabilities, type ServerContext } from '@modelcontextprotocol/server';
import { Approvals } from '../../../cli/mcp/approvals/approvals';
import { Confirmation, type Verdict } from '../../../cli/mcp/confirmation';

const WHAT = ['Delete a key.'];
const FORMS = { elicitation: { form: {} } };
const YES = { action: 'accept', content: { confirm: true } };

const server = new McpServer({ name: 'test', version: '1' });
let confirmation: Confirmation;
beforeEach(() => {
  confirmation = new Confirmation(new Approvals(() => new Date(), join(mkdtempSync(join(tmpdir(), 'approvals-')), 'private')));
});

const context = (capabilities: ClientCapabilities, state?: unknown, answer?: unknown): ServerContext =>
  ({
    mcpReq: {
      envelope: { [CLIENT_CAPABILITIES_META_KEY]: capabilities },
      requestState: () => state,
      ...(answer !== undefined && { inputResponses: { confirm: answer } }),
    },
  }) as unknown as ServerContext;

const askAbout = (what: readonly string[], state?: unknown, answer?: unknown): Promise<Verdict> =>
  confirmation.of(what, server, context(FORMS, state, answer));

function asked(verdict: Verdict): { message: string; state: string } {
  if (verdict.is !== 'ask') throw new Error(`nobody was asked: ${verdict.is}`);
  const { inputRequests, requestState = '' } = verdict.result;
  return { message: JSON.stringify(inputRequests), state: requestState };
}

const question = async (what: readonly string[]): Promise<unknown> =>
  confirmation.verify(asked(await askAbout(what)).state, context(FORMS));

it('takes a yes to its own question, once', async () => {
  const state = await question(WHAT);
  expect(await askAbout(WHAT, state, YES)).toEqual({ is: 'yes' });
  expect(asked(await askAbout(WHAT, state, YES)).message).toContain('This was answered already');
});

it('asks anew when a yes was given to something else, or to no question of its own', async () => {
  const other = await question(['Delete another key.']);
  expect(asked(await askAbout(WHAT, other, YES)).message).toContain('What would be done has changed meanwhile');
  expect(asked(await askAbout(WHAT, undefined, YES)).message).toContain('Delete a key.');
});

it.each([{ action: 'decline' }, { action: 'cancel' }, { action: 'accept' }, { action: 'accept', content: { confirm: 'true' } }])(
  'takes %j for a no',
  async (answer) => {
    expect(await askAbout(WHAT, await question(WHAT), answer)).toEqual({ is: 'no' });
  },
);

it('refuses a question that it did not ask', async () => {
  const { state } = asked(await askAbout(WHAT));
  await expect(confirmation.verify(`${state}x`, context(FORMS))).rejects.toThrow();
  const another = new Confirmation(new Approvals(() => new Date()));
  await expect(another.verify(state, context(FORMS))).rejects.toThrow();
});

it.each([{}, { elicitation: { url: {} } }])('lets a change wait for a terminal when a client declares %j', async (capabilities) => {
  expect(await confirmation.of(WHAT, server, context(capabilities))).toMatchObject({ is: 'waiting', change: { what: WHAT } });
});
