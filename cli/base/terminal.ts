import { createColors } from 'picocolors';

/** Columns where no terminal says how many it has, such as in a file. */
const DEFAULT_COLUMNS = 120;
/** Narrower than this, nothing can be read. */
const MIN_COLUMNS = 40;

/** What of a stream decides how it is written to. */
type Stream = Pick<NodeJS.WriteStream, 'isTTY' | 'columns'>;
type Environment = Readonly<Record<string, string | undefined>>;

/** Columns to fill: `COLUMNS` where it is set, else the terminal's, else 120; never less than 40. */
export function columnsOf(stream: Partial<Stream> = process.stdout, environment: Environment = process.env): number {
  const asked = Number(environment['COLUMNS']);
  const columns = Number.isInteger(asked) && asked > 0 ? asked : ((stream.isTTY === true ? stream.columns : undefined) ?? DEFAULT_COLUMNS);
  return Math.max(MIN_COLUMNS, columns);
}

/** Whether to write colours: on a terminal, unless `NO_COLOR` is set (https://no-color.org); elsewhere only where `FORCE_COLOR` asks. */
export function hasColors(stream: Partial<Stream> = process.stdout, environment: Environment = process.env): boolean {
  const { NO_COLOR = '', FORCE_COLOR, TERM } = environment;
  if (NO_COLOR !== '') return false;
  if (FORCE_COLOR !== undefined && FORCE_COLOR !== '') return FORCE_COLOR !== '0' && FORCE_COLOR !== 'false';
  return stream.isTTY === true && TERM !== 'dumb';
}

/** Paints text for the standard output; leaves it as it is where there are no colours. */
export const colors = createColors(hasColors());
