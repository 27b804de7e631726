import { createInterface, type Interface } from 'node:readline';
import { commandNames, execute } from './commands';
import type { Controls } from './controls';

/**
 * Reads and runs commands from a terminal, one after the other, until `quit`, the end of input or Ctrl-C, which does not wait for a command
 * under way; says whether it was Ctrl-C.
 */
export async function prompt(
  controls: Controls,
  input: NodeJS.ReadableStream,
  output: NodeJS.WritableStream,
): Promise<'quit' | 'interrupted'> {
  const lines = createInterface({
    input,
    output,
    prompt: 'sandbox> ',
    completer: (typed: string) => [commandNames.filter((name) => name.startsWith(typed)), typed],
  });
  const interrupted = new Promise<'interrupted'>((resolve) => {
    lines.once('SIGINT', () => {
      resolve('interrupted');
    });
  });
  const ended = await Promise.race([converse(controls, lines, output), interrupted]);
  lines.close();
  return ended;
}

async function converse(controls: Controls, lines: Interface, output: NodeJS.WritableStream): Promise<'quit'> {
  lines.prompt();
  for await (const line of lines) {
    if (['quit', 'exit'].includes(line.trim())) break;
    const shown = await execute(controls, line);
    if (shown !== '') output.write(`${shown}\n`);
    lines.prompt();
  }
  return 'quit';
}
