#!/bin/bash
# sbatch training/configs/slurm.sh STAGE RECIPE, e.g. "sft llama3-8b-4xh100 --data D --out O".
#SBATCH --job-name=steerer
#SBATCH --nodes=1
#SBATCH --ntasks-per-node=1
#SBATCH --gres=gpu:4
#SBATCH --cpus-per-task=16
#SBATCH --mem=200G
#SBATCH --time=24:00:00
set -euo pipefail
stage=$1
recipe=$2
shift 2
host=$(scontrol show hostnames "$SLURM_JOB_NODELIST" | head -n 1)
# Checkpoints make --resume safe: a job that ran out of time is submitted again.
export HOST=$host STAGE=$stage RECIPE=$recipe
srun bash -c 'accelerate launch --config_file training/configs/zero3.yaml \
  --num_machines "$SLURM_NNODES" --num_processes "$((SLURM_NNODES * 4))" \
  --machine_rank "$SLURM_NODEID" --main_process_ip "$HOST" --main_process_port 29500 \
  -m codesteer_training.$STAGE --recipe "$RECIPE" --resume "$@"' steerer "$@"
