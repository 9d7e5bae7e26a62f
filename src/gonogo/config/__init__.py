"""What people edit, read strictly, and secrets by reference."""
