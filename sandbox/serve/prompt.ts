import { createInterface } from 'node:readline';
import { commandNames, execute } from './commands';
import type { Controls } from './controls';

/** Reads and runs commands from a terminal, one after the other, until `quit`, the end of input or Ctrl-C. */
export async function prompt(controls: Controls, input: NodeJS.ReadableStream, output: NodeJS.WritableStream): Promise<void> {
  const lines = createInterface({
    input,
    output,
    prompt: 'sandbox> ',
    completer: (typed: string) => [commandNames.filter((name) => name.startsWith(typed)), typed],
  });
  lines.on('SIGINT', () => {
    lines.close();
  });
  lines.prompt();
  for await (const line of lines) {
    if (['quit', 'exit'].includes(line.trim())) break;
    const shown = await execute(controls, line);
    if (shown !== '') output.write(`${shown}\n`);
    lines.prompt();
  }
  lines.close();
}
