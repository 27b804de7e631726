/** The active key of a user, as the key API hands it out. */
export interface HandedOut {
  id: string;
  secret: string;
  /** Until then the rotation leaves it active. */
  expiresAt: Date;
}

/** An answer of the key API other than 200. */
export class RefusedError extends Error {
  override readonly name = 'RefusedError';

  constructor(
    readonly status: number,
    /** What RFC 9457 calls the type, without its address. */
    readonly problem: string,
  ) {
    super(`the key API answered ${status} ${problem}`);
  }
}

/** One client of the key API, as any program writes it: two requests over HTTP, and nothing of AWS. */
export class KeyApi {
  tokens = 0;
  keys = 0;

  constructor(
    private readonly url: string,
    private readonly apiKey: string,
  ) {}

  /** A new token, and with it the key; throws a RefusedError. */
  async activeKey(account: string, user: string): Promise<HandedOut> {
    return this.keyOf(account, user, await this.token());
  }

  /** A token that is good for five minutes; throws a RefusedError. */
  async token(): Promise<string> {
    const { token = '' } = await this.ask('/generate-token', { method: 'POST' });
    this.tokens += 1;
    return token;
  }

  /** The active key of a user; throws a RefusedError. */
  async keyOf(account: string, user: string, token: string): Promise<HandedOut> {
    const query = new URLSearchParams({ username: user, account });
    const answer = await this.ask(`/active-key?${query.toString()}`, { headers: { authorization: `Bearer ${token}` } });
    const { AccessKeyId: id = '', SecretAccessKey: secret = '', ExpiresAt = '' } = answer;
    this.keys += 1;
    return { id, secret, expiresAt: new Date(ExpiresAt) };
  }

  private async ask(
    path: string,
    { method = 'GET', headers = {} }: { method?: string; headers?: Record<string, string> },
  ): Promise<Partial<Record<string, string>>> {
    const answer = await fetch(`${this.url}${path}`, { method, headers: { 'x-api-key': this.apiKey, ...headers } });
    const body = (await answer.json()) as Partial<Record<string, string>>;
    if (answer.status !== 200) throw new RefusedError(answer.status, body['type']?.replace(/^.*[/:#]/, '') ?? 'without a type');
    return body;
  }
}
