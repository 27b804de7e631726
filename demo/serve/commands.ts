import { ControlError } from './control-error';
import type { Controls } from './controls';
import { credentialLines } from './credentials';
import { userFacts } from './facts';
import { passageText } from './passage';
import { accountsText, agreedText, keysText, mailsText } from './texts';

/** Something to type at the prompt. */
interface Command {
  usage: string;
  explanation: string;
  /** Fewest and most words after the command's own. */
  words: readonly [number, number];
  run(controls: Controls, words: readonly string[]): string | Promise<string>;
}

const commands: Readonly<Record<string, Command>> = {
  advance: {
    usage: 'advance 10d',
    explanation: 'move the clock on (d, h, m); schedules fire on the way',
    words: [1, 1],
    run: async (controls, [period = '']) => passageText(await controls.advance(period)),
  },
  to: {
    usage: 'to 2026-04-05T03:00Z',
    explanation: 'move the clock to a time',
    words: [1, 1],
    run: async (controls, [moment = '']) => passageText(await controls.goTo(moment)),
  },
  run: {
    usage: 'run',
    explanation: 'rotate now, whatever the schedule says, and report',
    words: [0, 0],
    run: async (controls) => passageText(await controls.run()),
  },
  keys: {
    usage: 'keys alice [account]',
    explanation: 'the keys of a user',
    words: [1, 2],
    run: ({ sandbox }, [user = '', account]) => userFacts(sandbox, user, account).map(keysText).join('\n'),
  },
  accounts: { usage: 'accounts', explanation: 'the accounts of the organization', words: [0, 0], run: accountsText },
  mails: { usage: 'mails', explanation: 'the newest mails, and where to read all of them', words: [0, 0], run: mailsText },
  credentials: {
    usage: 'credentials 666677778888 [alice]',
    explanation: 'what to paste elsewhere to act as an administrator or a user',
    words: [1, 2],
    run: ({ sandbox }, [account = '', user]) => credentialLines(sandbox, { account, user }).trimEnd(),
  },
  agree: {
    usage: 'agree 111122223333',
    explanation: 'people say yes to what an operator waits for: SES, subscriptions, quotas',
    words: [1, 1],
    run: (controls, [account = '']) => agreedText(controls.agree(account)),
  },
  help: { usage: 'help', explanation: 'this list', words: [0, 0], run: () => helpText() },
};

/** The words that commands begin with; `quit` is the prompt's own. */
export const commandNames: readonly string[] = [...Object.keys(commands), 'quit'];

/** Runs one typed line and gives what to show; a mistake in it is shown, too. An empty line gives an empty text. */
export async function execute(controls: Controls, line: string): Promise<string> {
  const [name = '', ...words] = line.trim().split(/\s+/);
  if (name === '') return '';
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (!command) return `There is no command ${name}; type help.`;
  const [fewest, most] = command.words;
  if (words.length < fewest || words.length > most) return `Type it like this: ${command.usage}`;
  try {
    return await command.run(controls, words);
  } catch (error) {
    if (error instanceof ControlError) return error.message;
    throw error;
  }
}

function helpText(): string {
  const lines = [...Object.values(commands), { usage: 'quit', explanation: 'end the sandbox; so does Ctrl-C' }];
  return lines.map(({ usage, explanation }) => `  ${usage.padEnd(34)}${explanation}`).join('\n');
}
