import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { DescribeAccountCommand, ListAccountsCommand, OrganizationsClient, type Account } from '@aws-sdk/client-organizations';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { mockClient } from 'aws-sdk-client-mock';
import type { RunManifest } from '../../lambda/runs/schemas';
import { awsError, callsOf } from './aws';

export const organizations = mockClient(OrganizationsClient);
export const lambda = mockClient(LambdaClient);
export const s3 = mockClient(S3Client);

/** Twelve digits ending in this number. */
export const id = (number: number): string => String(100_000_000_000 + number);
export const account = (number: number, more: Account = {}): Account => ({
  Id: id(number),
  Name: `account ${number}`,
  Email: `${number}@example.com`,
  State: 'ACTIVE',
  ...more,
});

/** An organization with these accounts, listed 20 at a time like AWS does, and functions that accept every invocation. */
export function mockOrganization(accounts: readonly Account[]): void {
  for (const mock of [organizations, lambda, s3]) mock.reset();
  organizations.on(ListAccountsCommand).callsFake(({ NextToken }: { NextToken?: string }) => {
    const from = Number(NextToken ?? 0);
    const next = from + 20;
    return { Accounts: accounts.slice(from, next), ...(next < accounts.length && { NextToken: String(next) }) };
  });
  organizations.on(DescribeAccountCommand).callsFake(async ({ AccountId }: { AccountId: string }) => {
    const found = accounts.find((one) => one.Id === AccountId);
    if (!found) throw awsError('AccountNotFoundException', 400);
    return Promise.resolve({ Account: found });
  });
  lambda.on(InvokeCommand).resolves({ StatusCode: 202 });
  s3.on(PutObjectCommand).resolves({});
}

/** What the rotator was asked to do, by account. */
export const payloads = (): Record<string, unknown>[] =>
  callsOf(lambda).map((call) => JSON.parse(Buffer.from(call.input['Payload'] as Uint8Array).toString()) as Record<string, unknown>);

/** The manifests stored, in order. */
export const manifests = (): RunManifest[] => callsOf(s3).map((call) => JSON.parse(call.input['Body'] as string) as RunManifest);
