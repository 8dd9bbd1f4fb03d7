# One image for every part of the service; compose.yaml says which command each container runs.
# The pinned versions in constraints.txt are for this Python.
FROM python:3.11-slim

ENV PYTHONUNBUFFERED=1 \
    PIP_NO_CACHE_DIR=1 \
    PIP_DISABLE_PIP_VERSION_CHECK=1 \
    MARSAD_HOME=/var/lib/marsad

RUN useradd --system --uid 10001 --home-dir "$MARSAD_HOME" --create-home marsad

WORKDIR /src
COPY pyproject.toml constraints.txt README.md LICENSE settings.py ./
COPY domain domain
COPY storage storage
COPY worker worker
COPY scheduler scheduler
COPY web web
COPY cli cli
RUN pip install -c constraints.txt . && rm -rf /src

USER marsad
WORKDIR /var/lib/marsad
ENTRYPOINT ["marsad"]
CMD ["--help"]
