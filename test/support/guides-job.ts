/** A job as teams write it by hand: it locks each table while its indexes are rebuilt. */
export const guidesJob = `apiVersion: batch/v1
kind: CronJob
metadata:
  name: db-maintenance
  namespace: database
spec:
  schedule: "0 2 * * 0"
  jobTemplate:
    spec:
      template:
        spec:
          containers:
          - name: maintenance
            image: postgres:14
            command:
            - /bin/sh
            - -c
            - |
              psql $DATABASE_URL <<EOF
                VACUUM ANALYZE;
                REINDEX DATABASE blogengine;
              EOF
          restartPolicy: OnFailure
`;
