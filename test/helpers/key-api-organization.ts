import { createPrivateKey, type KeyObject } from 'node:crypto';
import type { Snapshot } from '../../sandbox/sandbox';
import type { ApiKey } from '../../sandbox/kernel/rest-apis';
import { rawRequest, sendRaw, type RawAnswer } from './raw-http';
import { MANAGEMENT, OTHER, TEAM, TestOrganization } from './sandbox-organization';

/** Who may read whom; `web` is there twice. */
export const CLIENTS = {
  billing: { [TEAM.id]: ['alice', 'web'], [OTHER.id]: ['web'] },
  shipping: { [OTHER.id]: ['bob'] },
};
const REGION = 'eu-west-1';
/** What it is deployed with. */
const KEY_API_SETTINGS = {
  secretStore: 'central',
  keyApi: JSON.stringify({ clients: CLIENTS, accessLogRole: true, session: true }),
};

/** An organization with a key API whose users have keys that were rotated and are known everywhere. */
export class KeyApiOrganization {
  /** After which everything works. */
  private readonly began: Snapshot;

  private constructor(
    readonly org: TestOrganization,
    /** The API's own URL, as tokens name it. */
    readonly issuer: string,
  ) {
    this.began = org.sandbox.snapshot();
  }

  static async start(settings: Readonly<Record<string, string>> = KEY_API_SETTINGS): Promise<KeyApiOrganization> {
    const org = await TestOrganization.deployed('enforcing', [TEAM, OTHER], { settings });
    const users = [
      [TEAM, 'alice'],
      [TEAM, 'carol'],
      [TEAM, 'web'],
      [OTHER, 'web'],
      [OTHER, 'bob'],
    ] as const;
    for (const [account, name] of users) org.addUser(account, name, [{ ageDays: 95 }]);
    for (const account of [TEAM, OTHER]) await org.rotate(account);
    org.sandbox.clock.advance(120_000);
    const stack = [...org.sandbox.world.stacks.values()].find(({ outputs }) => outputs['KeyApiUrl'] !== undefined);
    return new KeyApiOrganization(org, stack!.outputs['KeyApiUrl']!);
  }

  get sandbox(): TestOrganization['sandbox'] {
    return this.org.sandbox;
  }

  /** Where it answers here. */
  get url(): string {
    return this.sandbox.apiUrl(this.issuer);
  }

  /** Back to the beginning. */
  reset(): void {
    this.sandbox.faults.clear();
    this.org.goTo(this.began);
  }

  /** The API keys of the account. */
  get keys(): Map<string, ApiKey> {
    return this.sandbox.kernel.account(MANAGEMENT.id).apiGateways.get(REGION)!.keys;
  }

  /** The API key of a client, as the stack made it. */
  keyOf(client: keyof typeof CLIENTS): ApiKey {
    return [...this.keys.values()].find(({ name }) => name === `iam-key-rotation-${client}`)!;
  }

  /** The KMS key that signs tokens. */
  get signingKey(): { kid: string; privateKey: KeyObject } {
    const key = [...this.sandbox.kernel.account(MANAGEMENT.id).keys.values()].find(({ signs }) => signs !== undefined)!;
    return { kid: key.arn.slice(key.arn.lastIndexOf('/') + 1), privateKey: createPrivateKey(key.signs!.privateKey) };
  }

  /** The key of a user that is active and newest. */
  activeKeyOf(account: typeof TEAM, user: string) {
    return this.org.user(account, user).keys.findLast(({ status }) => status === 'Active')!;
  }

  /** Sends a request as it is; the path is below the stage. */
  ask(line: string, headers: readonly string[] = [], body = ''): Promise<RawAnswer> {
    const [method = '', path = ''] = line.split(/ (.*)/s);
    return sendRaw(this.sandbox.url, rawRequest(`${method} ${new URL(this.url).pathname}${path}`, headers, body));
  }

  /** A token, fetched as a client does. */
  async tokenOf(client: keyof typeof CLIENTS): Promise<string> {
    const { body } = await this.ask('POST /generate-token', [`x-api-key: ${this.keyOf(client).value}`]);
    return (JSON.parse(body) as { token: string }).token;
  }
}
