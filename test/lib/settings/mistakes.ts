import { ConfigurationError } from '../../../lambda/shared/errors';
import { readSettings } from '../../../lib/settings/read';

/** What is wrong with these settings, a sentence for each mistake, without the title. */
export function mistakesOf(context: Record<string, unknown>): string[] {
  try {
    readSettings(context);
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigurationError);
    const [title, ...mistakes] = (error as Error).message.split('\n');
    expect(title).toBe('wrong settings:');
    return mistakes.map((mistake) => mistake.trim());
  }
  return [];
}
