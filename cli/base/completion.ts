import { buildCommand, proposeCompletions, type Command, type CommandContext } from '@stricli/core';
import { EXIT } from './exit-codes';
import { applicationOf, working, type Program } from './program';

/** What the shells' functions call: the words after the program's name, the unfinished one last. */
export const PROPOSE = '__complete';

const SCRIPTS = {
  bash: `_iam_keys() {
  local IFS=$'\\n'
  COMPREPLY=($(iam-keys ${PROPOSE} "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null))
}
complete -o default -F _iam_keys iam-keys
`,
  zsh: `#compdef iam-keys
_iam_keys() {
  local -a found
  found=("\${(@f)$(iam-keys ${PROPOSE} "\${(@)words[2,CURRENT]}" 2>/dev/null)}")
  compadd -a found
}
compdef _iam_keys iam-keys
`,
} as const;

const DESCRIPTION = `Prints what makes a shell complete the commands and options of iam-keys.

Exit code: 0 printed, 2 it is another shell.

EXAMPLES
  echo 'source <(iam-keys completion bash)' >> ~/.bashrc
  echo 'source <(iam-keys completion zsh)' >> ~/.zshrc     after compinit`;

function shell(text: string): keyof typeof SCRIPTS {
  if (text in SCRIPTS) return text as keyof typeof SCRIPTS;
  throw new Error(`"${text}" must be ${Object.keys(SCRIPTS).join(' or ')}`);
}

/** The command `completion`. */
export const completionCommand: Command<CommandContext> = buildCommand<object, [name: keyof typeof SCRIPTS]>({
  docs: { brief: 'completes commands and options in your shell', fullDescription: DESCRIPTION },
  parameters: {
    flags: {},
    positional: {
      kind: 'tuple',
      parameters: [{ brief: 'bash or zsh', parse: shell, placeholder: 'shell', proposeCompletions: () => Object.keys(SCRIPTS) }],
    },
  },
  func: working('printed nothing', (_: object, name: keyof typeof SCRIPTS) => {
    process.stdout.write(SCRIPTS[name]);
    return Promise.resolve(EXIT.fine);
  }),
});

/** Writes, one on each line, how the last of these words can go on. */
export async function propose(program: Program, words: readonly string[]): Promise<void> {
  const proposed = await proposeCompletions(applicationOf(program), words, {
    process: { stdout: process.stdout, stderr: process.stderr },
  });
  const partial = words.at(-1) ?? '';
  for (const { completion } of proposed) if (completion.startsWith(partial)) process.stdout.write(`${completion}\n`);
}
