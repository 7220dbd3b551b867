// Made from infra/outputs/contract.ts: UPDATE_READER=1 npx jest infra/outputs/reader --selectProjects integration
import type { Output, StackReference } from "@pulumi/pulumi";

/** What a stack tells applications and pipelines. */
export interface StackOutputs {
  /** Version of this form. Another number: something that was here is gone, or of another type. */
  readonly contract: number;
  /** Machines that the stack owns. No secret: every tenant reads it. */
  readonly hosts?: {
    readonly [name: string]: {
      readonly address: string;
      readonly port: number;
      readonly user: string;
      /** Public key to pin. */
      readonly hostKey: string;
      /** What it was declared to have. A system of another stack that has to know it looks, too. */
      readonly size?: {
        readonly cpus: number;
        /** As sold: a tenth of it may be missing, which the kernel keeps for itself. */
        readonly memory: string;
        /** Of the file system at `/`, as sold: a fifth of it may be missing, since disks are sold in powers of 1000 and hold more than that file system. */
        readonly disk?: string;
        /** A throwaway machine may fall short of it; the helper then prints it as a substitution. */
        readonly lenient?: boolean;
      };
      /** What it costs for a month, in words, with what was assumed: of a machine that is made. */
      readonly price?: string;
    };
  };
  readonly flowmaster?: {
    /** Public address, without a slash at its end. */
    readonly url: string;
    /** Beginning of the API's addresses. */
    readonly apiUrl: string;
    /** Answers 200 while the system works. */
    readonly healthUrl: string;
    /** Branch from which the application's pipeline deploys here. */
    readonly branch: string;
    /** Service -> what runs: an image with its digest. */
    readonly release: {
      readonly backend: string;
      readonly frontend: string;
      readonly [name: string]: string;
    };
    /** Address of the machine, the guide's `SERVER_HOST`. */
    readonly host?: string;
    /** Folder on the machine, the guide's `DEPLOY_PATH`. */
    readonly deployPath?: string;
    readonly aws?: {
      readonly account: string;
      readonly region: string;
      readonly cluster: string;
      /** By their names in the guide: what ECS calls each, and the log group of its tasks. */
      readonly services: {
        readonly backend: {
          readonly service: string;
          readonly logs: string;
        };
        readonly frontend: {
          readonly service: string;
          readonly logs: string;
        };
      };
      /** Folder of the secrets in Parameter Store. */
      readonly parameters: string;
      /** What all of it costs for a month, in words, with what was assumed. */
      readonly price: string;
      /** Name of the load balancer, to which a domain that is elsewhere leads. */
      readonly dnsName: string;
    };
  };
  readonly flowra?: {
    /** Public address, without a slash at its end. */
    readonly url: string;
    /** Beginning of the API's addresses. */
    readonly apiUrl: string;
    /** Answers 200 while the system works. */
    readonly healthUrl: string;
    /** Branch from which the application's pipeline deploys here. */
    readonly branch: string;
    /** Service -> what runs: an image with its digest. */
    readonly release: {
      readonly api: string;
      readonly worker?: string;
      readonly [name: string]: string;
    };
    /** Address of the machine, the guide's `SERVER_HOST`. */
    readonly host?: string;
    /** Folder on the machine, the guide's `DEPLOY_PATH`. */
    readonly deployPath?: string;
    /** Public address of Keycloak, without a slash at its end. */
    readonly authUrl: string;
    /** What its tokens name as their issuer. */
    readonly issuer: string;
    /** Where its metrics are. Outside the machine they do not answer. */
    readonly metrics?: readonly {
      /** `host:port`, as the machine itself reaches it. */
      readonly targets: readonly string[];
      /** `job`, `system`, `service`, `environment`, and the path of the metrics as `__metrics_path__`. */
      readonly labels: {
        readonly [name: string]: string;
      };
    }[];
    /** Where its logs are on the machine. Those that are files are in `/etc/alloy/file_sd/flowra.json` there, too, for Grafana Alloy. */
    readonly logs?: readonly {
      /** Containers that print it: a regular expression, as Docker's filter `name` takes it. While a release takes over there are two. */
      readonly container?: string;
      /** Units that print it: a pattern, as `journalctl --unit` takes it. */
      readonly unit?: string;
      /** For root and the group adm. */
      readonly file?: string;
      /** `job`, `system`, `service`, `environment`, and `format`: whether each line is JSON (`json`) or not (`text`). */
      readonly labels: {
        readonly [name: string]: string;
      };
    }[];
    readonly aws?: {
      readonly account: string;
      readonly region: string;
      readonly cluster: string;
      /** By their names in the guide: what ECS calls each, and the log group of its tasks. */
      readonly services: {
        readonly api: {
          readonly service: string;
          readonly logs: string;
        };
      };
      /** Folder of the secrets in Parameter Store. */
      readonly parameters: string;
      /** What all of it costs for a month, in words, with what was assumed. */
      readonly price: string;
      /** Name of the load balancer, to which a domain that is elsewhere leads. */
      readonly dnsName: string;
    };
  };
  readonly flowstack?: {
    /** Public address, without a slash at its end. */
    readonly url: string;
    /** Beginning of the API's addresses. */
    readonly apiUrl: string;
    /** Answers 200 while the system works. */
    readonly healthUrl: string;
    /** Branch from which the application's pipeline deploys here. */
    readonly branch: string;
    /** Service -> what runs: an image with its digest. */
    readonly release: {
      readonly app: string;
      readonly [name: string]: string;
    };
    /** Address of the machine, the guide's `SERVER_HOST`. */
    readonly host?: string;
    /** Folder on the machine, the guide's `DEPLOY_PATH`. */
    readonly deployPath?: string;
    /** Who logs in first, and the command that shows the password, which is no output. To be changed after the first login. */
    readonly seed: {
      readonly user: string;
      readonly passwordCommand: string;
    };
    readonly aws?: {
      readonly account: string;
      readonly region: string;
      readonly cluster: string;
      readonly service: string;
      /** Name of the container in the task definition. */
      readonly container: string;
      /** Folder of the secrets in Parameter Store. */
      readonly parameters: string;
      /** Log group of the tasks. */
      readonly logs: string;
      /** What all of it costs for a month, in words, with what was assumed. */
      readonly price: string;
      /** Name of the load balancer, to which a domain that is elsewhere leads. */
      readonly dnsName: string;
    };
  };
  readonly coreflow?: {
    /** Public address, without a slash at its end. */
    readonly url: string;
    /** Beginning of the API's addresses. */
    readonly apiUrl: string;
    /** Answers 200 while the system works. */
    readonly healthUrl: string;
    /** Address of the machine, the guide's `SERVER_HOST`. */
    readonly host: string;
    /** Folder on the machine, the guide's `DEPLOY_PATH`. */
    readonly deployPath: string;
    /** Branch from which the application's pipeline deploys here. */
    readonly branch: string;
    /** Service -> what runs: an image with its digest. A commit or an archive of each service, and of the Astro site. */
    readonly release: {
      readonly "api-gateway": string;
      readonly "cms-service": string;
      readonly "ai-service": string;
      readonly "blockchain-service": string;
      readonly "payments-service": string;
      readonly "coreflow-dashboard": string;
      readonly "coreflow-astro": string;
      readonly [name: string]: string;
    };
    /** Further names of the site. */
    readonly aliases: readonly string[];
    /** Public address of the dashboard. */
    readonly dashboardUrl: string;
    /** What the machine costs for a month, in words, where the configuration says whose it is. */
    readonly price?: string;
  };
  readonly flatlogic?: {
    /** Public address, without a slash at its end. */
    readonly url: string;
    /** Beginning of the API's addresses. */
    readonly apiUrl: string;
    /** Answers 200 while the system works. */
    readonly healthUrl: string;
    /** Address of the machine, the guide's `SERVER_HOST`. */
    readonly host: string;
    /** Folder on the machine, the guide's `DEPLOY_PATH`. */
    readonly deployPath: string;
    /** Branch from which the application's pipeline deploys here. */
    readonly branch: string;
    /** Service -> what runs: an image with its digest. */
    readonly release: {
      readonly backend: string;
      readonly frontend: string;
      readonly [name: string]: string;
    };
    /** Names in PM2 of what serves. */
    readonly processes: {
      readonly backend: string;
      readonly frontend: string;
    };
    /** The name that users ask for, and who sees to it that it leads to the tunnel. */
    readonly dns: {
      readonly name: string;
      readonly record: string;
    };
  };
  /** For `pulumi login`. */
  readonly backendUrl?: string;
  /** For `pulumi stack init --secrets-provider`. */
  readonly secretsProvider?: string;
  /** Roles that pipelines take on, by environment and purpose: `"flowstack-production-deploy"`. */
  readonly pipelines?: {
    readonly [name: string]: string;
  };
}

/** An output that a stack may have. */
export type OutputName = keyof StackOutputs;

export declare const outputs: {
  /**
   * The outputs in a file that `flowfleet outputs --format json` or `pulumi stack output --json` wrote. `get` throws where the stack has
   * no such output.
   *
   * @example outputs.fromFile("outputs.json").get("flowmaster").apiUrl
   */
  fromFile(file: string): StackOutputs & { get<Name extends OutputName>(name: Name): NonNullable<StackOutputs[Name]> };
  /**
   * The outputs of a stack, in another Pulumi program. `get` fails the update where the stack has no such output.
   *
   * @example outputs.fromStack(new pulumi.StackReference("acme/flowfleet/prod")).get("flowmaster").apply(({ host }) => host)
   */
  fromStack(reference: Pick<StackReference, "getOutput">): {
    get<Name extends OutputName>(name: Name): Output<NonNullable<StackOutputs[Name]>>;
  };
};
