/** Stands in every text that nobody may read. */
export const hush = "hush7f3a";

/** Stands in texts that the admin alone may read. */
export const adminsOnly = "zq9admins";

/** Other values that nobody may read, as they would stand in an answer. */
export const hiddenNumber = 982_451_653;
export const hiddenDate = "2031-05-06T07:08:09.000Z";
export const bobsSalary = 715_225_739;

/** What no answer may contain, whoever asks. */
export const neverShown: readonly string[] = [hush, String(hiddenNumber), hiddenDate.slice(0, 19)];
