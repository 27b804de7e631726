import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createKernel, type Kernel } from '../../sandbox/kernel/kernel';
import { organization } from '../../sandbox/kernel/organization';
import { people, type People } from '../../sandbox/kernel/people';
import { createSandboxServer } from '../../sandbox/wire/server';
import type { PolicyDocument, Role, Statement } from '../../sandbox/kernel/world';

export const management = '111111111111';
export const member = '222222222222';
export const region = 'eu-west-1';
export const start = new Date('2026-03-01T12:00:00Z');

export const policy = (...statements: Statement[]): PolicyDocument => ({ Version: '2012-10-17', Statement: statements });
export const allow = (Action: string | string[], Resource: string | string[] = '*', rest: Partial<Statement> = {}): Statement => ({
  Effect: 'Allow',
  Action,
  Resource,
  ...rest,
});
export const deny = (Action: string | string[], Resource: string | string[] = '*', rest: Partial<Statement> = {}): Statement => ({
  Effect: 'Deny',
  Action,
  Resource,
  ...rest,
});

/** An organization of two accounts. */
export function newKernel(): Kernel {
  const kernel = createKernel({ now: start, managementAccount: { id: management, name: 'Management', email: 'management@example.com' } });
  organization(kernel).addAccount({ id: member, name: 'Member', email: 'member@example.com' });
  return kernel;
}

export function addRole(
  kernel: Kernel,
  account: string,
  name: string,
  trust: PolicyDocument,
  identity: PolicyDocument,
  rest: Partial<Role> = {},
): Role {
  const role: Role = {
    name,
    path: '/',
    id: `AROA${name.toUpperCase()}`,
    arn: `arn:aws:iam::${account}:role/${name}`,
    trust,
    inlinePolicies: new Map([['inline', identity]]),
    attachedPolicies: new Set(),
    maxSessionSeconds: 3600,
    tags: new Map(),
    ...rest,
  };
  kernel.account(account).roles.set(name, role);
  return role;
}

export interface ClientConfiguration {
  endpoint: string;
  region: string;
  maxAttempts: number;
  credentials: { accessKeyId: string; secretAccessKey: string; sessionToken?: string };
}

/** A served organization. */
export class Harness {
  private constructor(
    readonly kernel: Kernel,
    readonly server: Server,
    readonly endpoint: string,
  ) {}

  static async start(): Promise<Harness> {
    const kernel = newKernel();
    const server = createSandboxServer(kernel);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new Harness(kernel, server, `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  }

  people(account = management): People {
    return people(this.kernel, account);
  }

  /** A new user with these permissions, as a client's configuration. */
  user(name: string, statements: Statement[] = [allow('*')], account = management): ClientConfiguration {
    this.people(account).addUser({ name, policies: { inline: policy(...statements) } });
    const key = this.people(account).createKey(name);
    return this.as({ accessKeyId: key.id, secretAccessKey: key.secret });
  }

  as(credentials: ClientConfiguration['credentials']): ClientConfiguration {
    return { endpoint: this.endpoint, region, maxAttempts: 1, credentials };
  }

  stop(): void {
    this.server.closeAllConnections();
    this.server.close();
  }
}

/** Name and message of what a call fails with. */
export async function failure(call: Promise<unknown>): Promise<string> {
  try {
    await call;
  } catch (error) {
    return `${(error as Error).name}: ${(error as Error).message}`;
  }
  return 'it succeeded';
}

/** The name of the error that something throws. */
export function thrown(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    return (error as Error).name;
  }
  return 'nothing was thrown';
}
