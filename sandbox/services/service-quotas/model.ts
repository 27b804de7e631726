import type { StaticErrorSchema, StaticOperationSchema, StaticStructureSchema } from '@smithy/types';

/**
 * The part of Service Quotas' model (https://docs.aws.amazon.com/servicequotas/2019-06-24/apireference/) that the sandbox serves; the client
 * is not among the project's packages.
 */
const namespace = 'com.amazonaws.servicequotas';
const [text, double, time] = [0, 1, 4] as const;
const structure = (name: string, members: Record<string, StaticStructureSchema[5][number]>, required: number): StaticStructureSchema => [
  3,
  namespace,
  name,
  0,
  Object.keys(members),
  Object.values(members),
  required,
];
const request = structure(
  'RequestedServiceQuotaChange',
  { Id: text, ServiceCode: text, QuotaCode: text, QuotaName: text, DesiredValue: double, Status: text, Created: time },
  0,
);

/** Asks AWS for more. */
export const RequestServiceQuotaIncrease: StaticOperationSchema = [
  9,
  namespace,
  'RequestServiceQuotaIncrease',
  0,
  () => structure('RequestServiceQuotaIncreaseRequest', { ServiceCode: text, QuotaCode: text, DesiredValue: double }, 3),
  () => structure('RequestServiceQuotaIncreaseResponse', { RequestedQuota: () => request }, 0),
];

const error = (name: string): StaticErrorSchema => [-3, namespace, name, { error: 'client', httpError: 400 }, ['Message'], [text]];
/** No service has such a quota. */
export const NoSuchResourceException = error('NoSuchResourceException');
/** The same was asked for before and is not answered yet. */
export const ResourceAlreadyExistsException = error('ResourceAlreadyExistsException');
/** Less than what there is. */
export const IllegalArgumentException = error('IllegalArgumentException');

/** Inputs and outputs, as the schemas above say. */
export interface ServiceQuotasShapes {
  RequestServiceQuotaIncrease: {
    input: { ServiceCode: string; QuotaCode: string; DesiredValue: number };
    output: { RequestedQuota: { Id: string; QuotaName: string; Status: 'PENDING'; [member: string]: unknown } };
  };
}
