#!/bin/bash
# Run once, when the volume of the database is empty. The role of the service is no superuser, so that it cannot change the audit log.
set -euo pipefail
psql --username postgres --set ON_ERROR_STOP=1 --set password="$DATABASE_PASSWORD" <<'SQL'
create role countermeasure login password :'password';
create database countermeasure owner countermeasure;
SQL
