import { uuid } from '../../kernel/identifiers';
import { quotas } from '../../kernel/quotas';
import { ServiceError } from '../../kernel/service-error';
import { handlersOf } from '../service';
import type { ServiceQuotasShapes } from './model';

/** Service Quotas: asking for more, which people at AWS grant. */
export const serviceQuotas = handlersOf<ServiceQuotasShapes>({
  RequestServiceQuotaIncrease: {
    checks: ({ ServiceCode, QuotaCode }, { world, region, account }) => [
      {
        action: 'servicequotas:RequestServiceQuotaIncrease',
        resource: `arn:${world.partition}:servicequotas:${region}:${account.id}:${ServiceCode}/${QuotaCode}`,
      },
    ],
    handle({ ServiceCode: service, QuotaCode: quota, DesiredValue: wanted }, { account, now, platform }) {
      const known = quotas.get(`${service}/${quota}`);
      if (!known) throw new ServiceError('NoSuchResourceException', `the sandbox knows no quota ${quota} of ${service}`);
      if (wanted <= known.value(account)) {
        throw new ServiceError('IllegalArgumentException', 'You must provide a quota value greater than the current quota value');
      }
      const requests = (account.quotaRequests ??= []);
      if (requests.some((other) => other.service === service && other.quota === quota)) {
        throw new ServiceError('ResourceAlreadyExistsException', 'Only one open service quota increase request is allowed per quota.');
      }
      const id = uuid(`quota/${account.id}/${platform.next()}`).replaceAll('-', '');
      requests.push({ id, service, quota, wanted, at: now });
      const asked = { ServiceCode: service, QuotaCode: quota, DesiredValue: wanted, Created: now };
      return { RequestedQuota: { Id: id, QuotaName: known.name, Status: 'PENDING', ...asked } };
    },
  },
});
