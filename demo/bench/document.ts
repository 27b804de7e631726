import type { BenchRecord, Circumstances } from './record';
import { asMarkdown } from './table';

/** The place of a part's tables in a document. */
export const marks = (part: string): { begin: string; end: string } => ({
  begin: `<!-- bench:${part} -->`,
  end: `<!-- /bench:${part} -->`,
});

/** The document with the tables of these parts in their places, not yet formatted; throws when a part has no place. */
export function withTables(document: string, file: string, record: BenchRecord): string {
  let text = document;
  for (const [part, measured] of Object.entries(record)) {
    const { begin, end } = marks(part);
    const from = text.indexOf(begin);
    const to = text.indexOf(end, from);
    if (from < 0 || to < 0) throw new Error(`${file} has no place for ${part}: put "${begin}" and "${end}" where its tables belong`);
    const block = [circumstances(measured), ...measured.tables.map(asMarkdown)].join('\n\n');
    text = `${text.slice(0, from)}${begin}\n\n${block}\n\n${text.slice(to)}`;
  }
  return text;
}

function circumstances({ measuredAt, machine, settings }: Circumstances): string {
  const latency = settings.latencyMs === 0 ? 'no latency added' : `${settings.latencyMs} ms added to every call`;
  return `_${measuredAt.slice(0, 10)}, ${machine.cores} × ${machine.cpu}, Node.js ${machine.node.slice(1)}, ${latency}; times are medians of at most ${settings.runs} runs._`;
}
