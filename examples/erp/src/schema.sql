-- For PostgreSQL and SQLite alike: whole numbers, text, and ids within each organisation.
create table org (name text primary key, last_sale bigint not null);
create table branch (org text not null, id bigint not null, name text not null, primary key (org, id));
create table person (
    org text not null, id bigint not null, branch bigint not null, name text not null, mail text not null,
    primary key (org, id)
);
create index person_by_branch on person (org, branch);

create table role (org text not null, id bigint not null, name text not null, primary key (org, id));
create table role_permission (
    org text not null, role bigint not null, permission text not null, primary key (org, role, permission)
);
create table role_member (
    org text not null, person bigint not null, role bigint not null, primary key (org, person, role)
);

create table category (org text not null, id bigint not null, name text not null, primary key (org, id));
create table product (
    org text not null, id bigint not null, category bigint not null, name text not null, cents bigint not null,
    published bigint not null, primary key (org, id)
);
create index product_by_category on product (org, category);
create table stock (org text not null, product bigint not null, quantity bigint not null, primary key (org, product));
create table sale (
    org text not null, id bigint not null, product bigint not null, branch bigint not null, person bigint not null,
    sold_on text not null, quantity bigint not null, cents bigint not null, primary key (org, id)
);
create index sale_by_day on sale (org, sold_on);

create table project (
    org text not null, id bigint not null, branch bigint not null, name text not null, primary key (org, id)
);
create index project_by_branch on project (org, branch);
create table project_member (
    org text not null, project bigint not null, person bigint not null, primary key (org, project, person)
);
create index project_member_by_person on project_member (org, person);

create table reference (list text not null, code text not null, label text not null, primary key (list, code));
create table tax_rate (
    jurisdiction text not null, category bigint not null, since text not null, permille bigint not null,
    primary key (jurisdiction, category, since)
);
create table dropdown (
    org text not null, kind text not null, value text not null, label text not null, primary key (org, kind, value)
);
create table work_order (
    org text not null, client bigint not null, unit bigint not null, id bigint not null, title text not null,
    done bigint not null, primary key (org, client, unit, id)
);
