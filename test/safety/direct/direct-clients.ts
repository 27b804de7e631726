import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { OrganizationsClient } from '@aws-sdk/client-organizations';
import { S3Client } from '@aws-sdk/client-s3';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SESv2Client } from '@aws-sdk/client-sesv2';
import { STSClient } from '@aws-sdk/client-sts';
import type { Credentials } from '../../../sandbox/kernel/contracts';
import type { Kernel } from '../../../sandbox/kernel/kernel';
import type { LambdaFunction } from '../../../sandbox/kernel/world';

/** Attempts of the product's own clients: lambda/shared/clients.ts. */
const ATTEMPTS = 8;

interface ClientConfiguration {
  region: string;
  credentials: Credentials;
  maxAttempts: number;
}

/** A function's clients, signed as its role; like a warm process they serve one invocation at a time. */
export interface Clients {
  accessKeyId: string;
  region: string;
  /** What they are made from, for clients that the product makes itself. */
  configuration: ClientConfiguration;
  events: EventBridgeClient;
  lambda: LambdaClient;
  organizations: OrganizationsClient;
  s3: S3Client;
  secrets: SecretsManagerClient;
  ses: SESv2Client;
  sts: STSClient;
}

/** Keeps clients for the next invocation; those of a killed one are never given back. */
export class WarmClients {
  private readonly idle = new Map<string, Clients[]>();

  constructor(private readonly kernel: Kernel) {}

  /** Clients whose every call, and every call of sessions they open, carries the invocation's name. */
  take(fn: LambdaFunction, invocation: string): Clients {
    const clients = this.idle.get(fn.role)?.pop() ?? this.make(fn);
    this.kernel.relabel(clients.accessKeyId, invocation);
    return clients;
  }

  giveBack(fn: LambdaFunction, clients: Clients): void {
    this.idle.set(fn.role, [...(this.idle.get(fn.role) ?? []), clients]);
  }

  private make({ role, name }: LambdaFunction): Clients {
    const { region } = this.kernel;
    const credentials = this.kernel.functionCredentials(role, name, name);
    const configuration = { region, credentials, maxAttempts: ATTEMPTS };
    return {
      accessKeyId: credentials.accessKeyId,
      region,
      configuration,
      events: new EventBridgeClient(configuration),
      lambda: new LambdaClient(configuration),
      organizations: new OrganizationsClient(configuration),
      s3: new S3Client(configuration),
      secrets: new SecretsManagerClient(configuration),
      ses: new SESv2Client(configuration),
      sts: new STSClient(configuration),
    };
  }
}
