import { RefusedError, type KeyApi } from './key-api';
import { FOREIGN } from './organization';

/** Clients that ask the key API for users whom they were not granted. */
export class Strangers {
  /** What each was answered: `404 no-such-user`, or else `200` when it was given a key. */
  readonly answers: { client: string; answer: string }[] = [];

  constructor(private readonly apis: ReadonlyMap<string, KeyApi>) {}

  /** Each client asks for each of them, with its own API key and token. */
  async ask(): Promise<void> {
    for (const [client, api] of this.apis) {
      const token = await api.token();
      for (const foreign of FOREIGN)
        if (foreign.client === client) this.answers.push({ client, answer: await answerTo(api, foreign, token) });
    }
  }
}

async function answerTo(api: KeyApi, { account, user }: { account: string; user: string }, token: string): Promise<string> {
  try {
    await api.keyOf(account, user, token);
    return '200';
  } catch (error) {
    if (error instanceof RefusedError) return `${error.status} ${error.problem}`;
    throw error;
  }
}
