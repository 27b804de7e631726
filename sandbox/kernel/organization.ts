import { agree } from './agree';
import type { Kernel } from './kernel';
import { emptyAccount } from './new-world';
import type { AccountLifecycle, Member, PolicyDocument } from './world';

/** An account as people create one. */
export interface NewAccount {
  /** Twelve digits. */
  id: string;
  name: string;
  email: string;
  /** A unit's id; default the root. */
  unit?: string;
  /** Default ACTIVE. */
  state?: AccountLifecycle;
}

/** What people do with the organization, without signing and without policies. */
export interface OrganizationPeople {
  addAccount(account: NewAccount): Member;
  /** Gives the new unit's id. */
  addUnit(name: string, parent?: string): string;
  moveAccount(id: string, parent: string): void;
  setState(id: string, state: AccountLifecycle): void;
  suspend(id: string): void;
  /** The account shows PENDING_CLOSURE, then `setState` makes it CLOSED. */
  close(id: string): void;
  /** The account leaves the organization, and keeps what it holds. */
  remove(id: string): void;
  delegateAdministrator(id: string): void;
  /** The delegation policy, which lets other accounts read the organization. */
  putResourcePolicy(policy: PolicyDocument): void;
  /** Attaches a service control policy to the root; the one before it is gone. */
  putServiceControlPolicy(policy: PolicyDocument): void;
  /** Verifies an SES identity, an address or a domain; default in the sandbox's region. */
  verifyIdentity(accountId: string, identity: string, region?: string): void;
  /** Everybody whose answer the account's operators wait for says yes; gives what was agreed to. */
  agree(accountId: string): string[];
}

/** The organization's administration. */
export function organization(kernel: Kernel): OrganizationPeople {
  const current = () => kernel.world.organization;
  const member = (id: string): Member => {
    const found = current().members.get(id);
    if (!found) throw new Error(`account ${id} is not in the organization`);
    return found;
  };
  /** A member that is about to change. */
  const changing = (id: string): Member => {
    kernel.remember({ kind: 'members', key: id });
    return member(id);
  };
  const place = (parent: string): string => {
    if (parent !== current().rootId && !current().units.has(parent)) throw new Error(`the organization has no unit ${parent}`);
    return parent;
  };
  const setState = (id: string, state: AccountLifecycle): void => {
    changing(id).state = state;
  };
  return {
    addAccount({ id, name, email, unit, state = 'ACTIVE' }) {
      if (!/^\d{12}$/.test(id)) throw new Error(`account id ${id} must be twelve digits`);
      if (kernel.world.accounts.has(id)) throw new Error(`account ${id} exists already`);
      const added: Member = { id, name, email, state, parent: place(unit ?? current().rootId), joined: kernel.clock.now() };
      kernel.remember({ kind: 'members', key: id });
      current().members.set(id, added);
      kernel.world.accounts.set(id, emptyAccount(id));
      return added;
    },
    addUnit(name, parent = current().rootId) {
      const id = `ou-${current().rootId.slice(2)}-${String(kernel.next()).padStart(8, '0')}`;
      current().units.set(id, { name, parent: place(parent) });
      return id;
    },
    moveAccount(id, parent) {
      changing(id).parent = place(parent);
    },
    setState,
    suspend(id) {
      setState(id, 'SUSPENDED');
    },
    close(id) {
      setState(id, 'PENDING_CLOSURE');
    },
    remove(id) {
      changing(id);
      current().members.delete(id);
      current().delegatedAdministrators.delete(id);
    },
    delegateAdministrator(id) {
      current().delegatedAdministrators.add(member(id).id);
    },
    putResourcePolicy(policy) {
      current().policy = policy;
    },
    putServiceControlPolicy(policy) {
      current().serviceControlPolicy = policy;
    },
    verifyIdentity(accountId, identity, region = kernel.region) {
      const { identities, pendingIdentities } = kernel.account(accountId);
      pendingIdentities.delete(`${region}/${identity}`);
      identities.add(`${region}/${identity}`);
    },
    agree: (accountId) => agree(kernel.world, kernel.account(accountId)),
  };
}
