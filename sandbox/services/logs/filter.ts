import { ServiceError } from '../../kernel/service-error';

type Filter = (line: string) => boolean;

/**
 * What a filter pattern lets pass: words that all occur, `?word` of which one must, `-word` that must not, `"phrases"`, and JSON members
 * that equal values: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html; throws on what is not emulated.
 */
export function filterOf(pattern: string): Filter {
  const text = pattern.trim();
  if (text === '') return () => true;
  return text.startsWith('{') ? jsonFilter(text) : wordFilter(text);
}

function wordFilter(text: string): Filter {
  const terms = [...text.matchAll(/([?-]?)(?:"([^"]*)"|(\S+))/g)].map(([, sign, phrase, word]) => ({ sign, what: phrase ?? word ?? '' }));
  const of = (sign: string): string[] => terms.filter((term) => term.sign === sign).map(({ what }) => what);
  const [all, any, none] = [of(''), of('?'), of('-')];
  return (line) =>
    all.every((word) => line.includes(word)) &&
    (any.length === 0 || any.some((word) => line.includes(word))) &&
    !none.some((word) => line.includes(word));
}

function jsonFilter(text: string): Filter {
  const inner = /^\{(.*)\}$/s.exec(text)?.[1] ?? refuse(text);
  const tests = inner.split('&&').map((part) => {
    const [, path, negated, quoted, bare] = /^\s*\$\.([\w.-]+)\s*(!?)=\s*(?:"([^"]*)"|([^\s"]+))\s*$/.exec(part) ?? refuse(text);
    const wanted = quoted ?? bare ?? '';
    const pattern = new RegExp(`^${wanted.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*')}$`, 's');
    return (value: unknown): boolean => {
      const found = (path ?? '').split('.').reduce<unknown>((at, step) => (at as Record<string, unknown> | undefined)?.[step], value);
      const text = typeof found === 'string' ? found : JSON.stringify(found);
      return found !== undefined && pattern.test(text) !== (negated === '!');
    };
  });
  return (line) => {
    const value = parsed(line);
    return value !== undefined && tests.every((test) => test(value));
  };
}

function parsed(line: string): unknown {
  try {
    return line.startsWith('{') ? JSON.parse(line) : undefined;
  } catch {
    return undefined;
  }
}

function refuse(text: string): never {
  throw new ServiceError('NotImplemented', `the sandbox does not emulate the filter pattern ${text}`, 501);
}
