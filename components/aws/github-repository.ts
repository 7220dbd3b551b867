/**
 * A repository as the tokens of its jobs name it. Those of one that was made, renamed or transferred since 2026-07-15 have the ids of owner
 * and repository, too, which no later owner of the name ever gets: therefore no star stands for them.
 */
export const GITHUB_REPOSITORY = {
  form: /^[\w.-]+\/[\w.-]+$|^[\w.-]+@\d+\/[\w.-]+@\d+$/,
  wrong: 'must be whole, such as "acme/flowstack" or "acme@123/flowstack@456", without stars',
};
